// The outlined triangle: something wants a look. A text beside it says what.

export function OpenMark() {
  return (
    <svg className="mark mark-warning-open" viewBox="0 0 12 12" aria-hidden="true">
      <path d="M6 1.6 11 10.4H1Z" />
    </svg>
  );
}
