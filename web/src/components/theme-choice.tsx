// Light, dark, or as the system: remembered on this device. `theme.js` applies it, before the first paint and after.

import { useSyncExternalStore } from 'react';
import { useText } from '../i18n/use-text.ts';
import { Segments } from './segments.tsx';

const KEY = 'gonsters.theme';
const CHOICES = ['system', 'light', 'dark'] as const;

type ThemeChoice = (typeof CHOICES)[number];

export function ThemeChoiceSegments() {
  const { t } = useText();
  const value = useSyncExternalStore(watchChoice, chosenTheme);
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
  if (choice === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
  window.dispatchEvent(new Event('gonsters:theme'));
  for (const told of [...listeners]) told();
}

/** The choice can change without the theme: from dark to whatever the system says, which is dark. */
const listeners = new Set<() => void>();
function watchChoice(told: () => void): () => void {
  listeners.add(told);
  return () => {
    listeners.delete(told);
  };
}

function chosenTheme(): ThemeChoice {
  const choice = localStorage.getItem(KEY);
  return choice === 'light' || choice === 'dark' ? choice : 'system';
}
