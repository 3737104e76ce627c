// A QR code. It is dark on white in either theme, because not every app reads the reverse.

import { useMemo } from 'react';
import { encode } from 'uqr';
import { QUIET_ZONE, qrPath } from './qr-path.ts';

export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { data } = encode(text, { border: 0, ecc: 'M' });
    return { size: data.length + 2 * QUIET_ZONE, path: qrPath(data) };
  }, [text]);
  return (
    <svg className="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path className="qr-ground" d={`M0 0h${size}v${size}h-${size}z`} />
      <path d={path} />
    </svg>
  );
}
