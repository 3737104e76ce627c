// The port by which one node asks the others.

export interface RequestChannel {
  /**
   * Asks every other node; the first answer counts. Question and answer are plain JSON. Rejects with `store_unavailable`
   * where none came within `withinMs`: then whether anybody heard is not known.
   */
  ask(question: unknown, withinMs: number): Promise<unknown>;
  /** Answers what others ask; undefined leaves it to them. Must not reject. */
  answer(handler: (question: unknown) => Promise<unknown>): void;
}
