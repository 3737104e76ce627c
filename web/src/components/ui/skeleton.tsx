// A grey place for what is still loading, of the size it will have.

export function Skeleton({ width, height }: { width: number | string; height: number }) {
  return <span className="skeleton" style={{ width, height }} />;
}
