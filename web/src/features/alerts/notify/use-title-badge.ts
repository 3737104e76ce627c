// Shows the number of unacknowledged critical alerts in the page title and on the icon of the installed app.

import { useEffect } from 'react';
import { isUrgent } from '../../../live/live-alerts.ts';
import { useOpenAlerts } from '../../../live/use-live.ts';

export function useTitleBadge(): void {
  const { alerts } = useOpenAlerts();
  const count = alerts.filter(isUrgent).length;
  useEffect(() => {
    if (count === 0) return;
    // The title belongs to the screens, which write it whenever they like: what they write is taken up and prefixed.
    let shown = '';
    let title = '';
    const prefix = () => {
      if (document.title === shown) return;
      title = document.title;
      shown = `(${count}) ${title}`;
      document.title = shown;
    };
    prefix();
    const observer = new MutationObserver(prefix);
    observer.observe(document.head, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      if (document.title === shown) document.title = title;
    };
  }, [count]);
  useEffect(() => setAppBadge(count), [count]);
  useEffect(() => () => setAppBadge(0), []);
}

/** Where the app is not installed, or may not, there is no icon to put it on. */
function setAppBadge(count: number): void {
  if ('setAppBadge' in navigator) void navigator.setAppBadge(count).catch(() => undefined);
}
