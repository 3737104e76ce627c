// The values of a reading as a simulation sends them.

export type SentValue = number | boolean | string;
/** By metric: numbers, true or false, and short texts for states. */
export type SentValues = Record<string, SentValue>;
