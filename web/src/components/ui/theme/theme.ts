// The theme: light, dark or that of the system, remembered on this device. `theme.js` applies it, before the first paint and
// after.

const KEY = 'gonsters.theme';

export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

/** The choice can change without the theme, for example from dark to system where the system is dark. */
const listeners = new Set<() => void>();

export function watchThemeChoice(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function themeChoice(): ThemeChoice {
  const choice = localStorage.getItem(KEY);
  return choice === 'light' || choice === 'dark' ? choice : 'system';
}

export const currentTheme = (): 'light' | 'dark' =>
  document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
  window.dispatchEvent(new Event('gonsters:theme'));
  for (const listener of [...listeners]) listener();
}

/** Switches to the other theme. Where that is the theme of the system, the choice becomes `system`. */
export function switchTheme(): void {
  const theme = currentTheme() === 'dark' ? 'light' : 'dark';
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  chooseTheme(theme === system ? 'system' : theme);
}
