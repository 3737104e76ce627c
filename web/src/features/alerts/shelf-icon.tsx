// The icon of shelving: a bell with a Z.

export function ShelfIcon() {
  return (
    <svg
      width={16}
      height={16}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M10 21a2 2 0 0 0 4 0M12 4a6 6 0 0 0-6 6c0 4.5-2 6.5-2.5 7h17c-.5-.5-1.6-1.6-2.2-3.8" />
      <path d="M15.5 3h5.5l-5.5 6.5h5.5" />
    </svg>
  );
}
