// A placeholder for content that is being loaded, of the size that it will have.

export function Skeleton({ width, height }: { width: number | string; height: number }) {
  return <span className="skeleton" style={{ width, height }} />;
}
