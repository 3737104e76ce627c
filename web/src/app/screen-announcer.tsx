// Makes a change of screen noticeable for screen readers: the focus moves to its heading, and its title is read out.

import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { restoreScroll } from './restore-scroll.ts';

export function ScreenAnnouncer() {
  const router = useRouter();
  const [title, setTitle] = useState('');
  useEffect(() => restoreScroll(router), [router]);
  useEffect(() => {
    let moved = false;
    let titleBefore = document.title;
    const announce = () => setTitle(document.title.replace(/^\(\d+\) /, ''));
    const endBefore = router.subscribe('onBeforeNavigate', () => {
      titleBefore = document.title;
    });
    const endWatch = router.subscribe('onRendered', ({ fromLocation, toLocation }) => {
      if (!fromLocation || screenOf(fromLocation.pathname) === screenOf(toLocation.pathname)) return;
      moved = true;
      if (document.title !== titleBefore) announce();
      const target = document.querySelector<HTMLElement>('#content h1') ?? document.getElementById('content');
      if (target === null) return;
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
    });
    // The title of a screen may come with its data, later than the screen.
    const titles = new MutationObserver(() => {
      if (moved) announce();
    });
    titles.observe(document.head, { childList: true, characterData: true, subtree: true });
    return () => {
      endBefore();
      endWatch();
      titles.disconnect();
    };
  }, [router]);
  return (
    <div className="sr-only" role="status">
      {title}
    </div>
  );
}

/** The tabs of a machine are one screen. */
const screenOf = (path: string) =>
  path
    .split('/')
    .slice(0, path.startsWith('/machines/') ? 3 : 2)
    .join('/');
