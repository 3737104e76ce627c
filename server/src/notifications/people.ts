// What planning needs to know of people: who they are, and how they are reached.

import type { ContactBook } from './contacts/contact-book.ts';

/** Active users with their contact points. */
export type People = Pick<
  ContactBook,
  'person' | 'people' | 'mayKnow' | 'contactsOf' | 'quietUntil' | 'languageOf' | 'addressOf'
>;
