// Light, dark, or as the system: remembered on this device. `theme.js` sets it before the first paint.

import { useSyncExternalStore } from 'react';
import { useText } from '../i18n/use-text.ts';
import { Segments } from './segments.tsx';
import { watchTheme } from './theme-colors.ts';

const KEY = 'gonsters.theme';
const CHOICES = ['system', 'light', 'dark'] as const;

export type ThemeChoice = (typeof CHOICES)[number];

export function ThemeChoiceSegments() {
  const { t } = useText();
  const value = useSyncExternalStore(watchTheme, chosenTheme);
  return (
    <Segments
      label={t('theme.choice')}
      value={value}
      choices={CHOICES.map((choice) => ({ value: choice, label: t(`theme.${choice}`) }))}
      onChoose={chooseTheme}
    />
  );
}

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(KEY);
  } else {
    document.documentElement.dataset.theme = choice;
    localStorage.setItem(KEY, choice);
  }
  const background = getComputedStyle(document.body).backgroundColor;
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.setAttribute('content', background);
}

function chosenTheme(): ThemeChoice {
  const theme = document.documentElement.dataset.theme;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}
