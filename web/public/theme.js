// Light or dark, before the first paint and for as long as the page is open: what the person chose, else what the system
// says. Its own file, so that no inline script is needed.
(() => {
  const KEY = 'gonsters.theme';
  const BACKGROUNDS = { light: '#e7ebe9', dark: '#0c0f11' };
  const systemDark = matchMedia('(prefers-color-scheme: dark)');

  const chosen = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      // Storage is switched off: the system decides.
      return null;
    }
  };
  const apply = () => {
    const choice = chosen();
    const theme = choice === 'dark' || choice === 'light' ? choice : systemDark.matches ? 'dark' : 'light';
    document.documentElement.dataset.theme = theme;
    // What the browser paints itself: the page before its style sheet is there, and the bars around it.
    document.querySelector('meta[name="color-scheme"]').content = theme;
    document.querySelector('meta[name="theme-color"]').content = BACKGROUNDS[theme];
  };

  apply();
  systemDark.addEventListener('change', apply);
  addEventListener('gonsters:theme', apply);
  addEventListener('storage', (event) => {
    if (event.key === KEY || event.key === null) apply();
  });
})();
