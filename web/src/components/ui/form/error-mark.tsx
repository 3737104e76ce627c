// The mark of an error. A text beside it says what is wrong.

export function ErrorMark() {
  return (
    <svg className="mark mark-error" viewBox="0 0 12 12" aria-hidden="true">
      <rect x="1" y="1" width="10" height="10" rx="2" />
      <path d="m4 4 4 4M8 4 4 8" />
    </svg>
  );
}
