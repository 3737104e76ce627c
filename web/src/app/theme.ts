// Light or dark at one press: the other of what is shown now.

import { chooseTheme } from '../components/theme-choice.tsx';

/** Back at what the system says, one follows the system again. */
export function switchTheme(): void {
  const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  chooseTheme(theme === system ? 'system' : theme);
}
