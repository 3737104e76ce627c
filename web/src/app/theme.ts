// Light or dark at one press: the other of what is shown now.

import { chooseTheme } from '../components/theme-choice.tsx';

export function switchTheme(): void {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
  chooseTheme(dark ? 'light' : 'dark');
}
