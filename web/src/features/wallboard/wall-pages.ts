// What a wall screen shows by turns, in this order.

export const WALL_PAGES = ['overview', 'machines', 'worst'] as const;
export type WallPage = (typeof WALL_PAGES)[number];

export const isWallPage = (name: string): name is WallPage => (WALL_PAGES as readonly string[]).includes(name);
