// Light, dark, or as the system: remembered on this device. `theme.js` sets it before the first paint.

import { useSyncExternalStore } from 'react';
import { useText } from '../i18n/use-text.ts';
import { Segments } from './segments.tsx';
import { watchTheme } from './theme-colors.ts';

const KEY = 'gonsters.theme';
const CHOICES = ['system', 'light', 'dark'] as const;

type ThemeChoice = (typeof CHOICES)[number];

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

/** `theme.js` hears of it. */
function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(KEY, choice);
    document.documentElement.dataset.theme = choice;
  }
  window.dispatchEvent(new Event('gonsters:theme'));
}

function chosenTheme(): ThemeChoice {
  const theme = localStorage.getItem(KEY);
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}
