// Paper is light, whatever the theme of the screen is.

/** Call once, when the page begins. */
export function printLight(): void {
  const root = document.documentElement;
  let before: string | undefined;
  window.addEventListener('beforeprint', () => {
    before = root.dataset.theme;
    root.dataset.theme = 'light';
  });
  window.addEventListener('afterprint', () => {
    if (before !== undefined) root.dataset.theme = before;
  });
}
