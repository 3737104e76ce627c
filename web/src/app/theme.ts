// Light or dark: the system's choice until somebody makes another, which is remembered. `theme.js` applies it, before paint.

const KEY = 'gonsters.theme';

/** To the other one. Back at what the system says, one follows the system again. */
export function switchTheme(): void {
  const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  if (theme === system) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  window.dispatchEvent(new Event('gonsters:theme'));
}
