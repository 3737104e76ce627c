// Reads design tokens for drawings on a canvas, and tells when the theme changes.

/** Colours depend on nothing but the theme; to ask the browser for one makes it compute styles in the middle of other work. */
const known = new Map<string, string>();

export function readColor(name: string): string {
  const key = `${document.documentElement.dataset.theme} ${name}`;
  const color = known.get(key) ?? readToken(name);
  if (color !== '') known.set(key, color);
  return color;
}

/** Sizes depend on the device and the density too. */
export const readPixels = (name: string): number => Number.parseFloat(readToken(name));

function readToken(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** @returns a function that ends the watch */
export function watchTheme(changed: () => void): () => void {
  const chosen = new MutationObserver(changed);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => chosen.disconnect();
}
