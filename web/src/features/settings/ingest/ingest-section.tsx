// Rejected data, and unknown machines.

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
