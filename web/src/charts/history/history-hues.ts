// How many colours there are for compared machines; after them the same come again, dashed.

export const HUES = 6;
