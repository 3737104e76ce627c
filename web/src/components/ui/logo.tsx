// The logo of the product.

export function Logo() {
  return (
    <span className="logo">
      <svg
        width="22"
        height="22"
        viewBox="0 0 22 22"
        fill="none"
        stroke="currentColor"
        strokeLinecap="round"
        strokeWidth="2.2"
        aria-hidden="true"
      >
        <path d="M17.4 5.2A8.6 8.6 0 1 0 19.6 11" />
        <path d="M19.6 11h-6.1" />
        <circle cx="11" cy="11" r="1.5" fill="currentColor" stroke="none" />
      </svg>
      <span>GONSTERS</span>
    </span>
  );
}
