// Sets the remembered theme before the first paint. Its own file, so that no inline script is needed.
(() => {
  try {
    const theme = localStorage.getItem('gonsters.theme');
    if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is switched off: the system decides.
  }
})();
