// The tokens for what is drawn on a canvas, and when they change.

export function readColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export const readPixels = (name: string): number => Number.parseFloat(readColor(name));

/** @returns a function that ends the watch */
export function watchTheme(changed: () => void): () => void {
  const chosen = new MutationObserver(changed);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => chosen.disconnect();
}
