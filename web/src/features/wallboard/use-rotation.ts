// The pages of a wall screen and their rotation. The arrow keys change the page too.

import { useEffect, useState } from 'react';

/** What a wall screen shows in turn, in this order. */
export const WALL_PAGES = ['overview', 'machines', 'worst'] as const;
export type WallPage = (typeof WALL_PAGES)[number];

export const isWallPage = (name: string): name is WallPage => (WALL_PAGES as readonly string[]).includes(name);

const PAGE_S = 20;

export interface Rotation {
  page: WallPage;
  /** How much of the page's time has passed, 0…1; 1 where it stays. */
  share: number;
}

/** `fixed` stays for good. A page that is no longer among `pages` gives way to the first. */
export function useRotation(pages: readonly WallPage[], fixed: WallPage | null): Rotation {
  const [turn, setTurn] = useState<{ page: WallPage; seconds: number }>({ page: 'overview', seconds: 0 });
  const turning = fixed === null && pages.length > 1;
  const key = pages.join();
  useEffect(() => {
    if (!turning) return;
    const names = key.split(',') as WallPage[];
    const step = (from: WallPage, by: number) =>
      names[(Math.max(0, names.indexOf(from)) + by + names.length) % names.length] as WallPage;
    const timer = setInterval(() => {
      setTurn(({ page, seconds }) =>
        seconds + 1 >= PAGE_S ? { page: step(page, 1), seconds: 0 } : { page, seconds: seconds + 1 },
      );
    }, 1000);
    const onKey = ({ key: pressed }: KeyboardEvent) => {
      const by = pressed === 'ArrowRight' ? 1 : pressed === 'ArrowLeft' ? -1 : 0;
      if (by !== 0) setTurn(({ page }) => ({ page: step(page, by), seconds: 0 }));
    };
    document.addEventListener('keydown', onKey);
    return () => {
      clearInterval(timer);
      document.removeEventListener('keydown', onKey);
    };
  }, [turning, key]);
  if (fixed !== null) return { page: fixed, share: 1 };
  return { page: pages.includes(turn.page) ? turn.page : 'overview', share: turning ? turn.seconds / PAGE_S : 1 };
}
