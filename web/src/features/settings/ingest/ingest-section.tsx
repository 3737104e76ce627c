// What came in and could not be stored, and machines that nobody has described yet.

import { RejectedList } from './rejected-list.tsx';
import { UnknownList } from './unknown-list.tsx';

export function IngestSection() {
  return (
    <>
      <UnknownList />
      <RejectedList />
    </>
  );
}
