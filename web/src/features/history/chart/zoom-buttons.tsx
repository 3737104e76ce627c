// Buttons that zoom within the whole range.

import { RotateCcw, ZoomIn, ZoomOut } from 'lucide-react';
import { useText } from '../../../i18n/use-text.ts';
import type { TimeRange } from '../range/use-time-range.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import type { PlotPlace } from './use-plot-size.ts';

const STEP = 0.5;
const ICON = { size: 16, strokeWidth: 1.5, 'aria-hidden': true } as const;

export function ZoomButtons({ time, place, format }: { time: TimeRange; place: PlotPlace; format: ZoneFormat }) {
  const { t } = useText();
  const { whole, zoomed, zoom, reset } = time;
  return (
    <div className="zoom-row" style={{ marginLeft: place.left, width: place.width || undefined }}>
      <span className="caption ellipsis">{format.dayMinute(whole.fromMs)}</span>
      <span className="flex-1" />
      <button
        type="button"
        className="button button-quiet button-icon button-small"
        aria-label={t('history.zoom_out')}
        title={t('history.zoom_out')}
        disabled={!zoomed}
        onClick={() => zoom(1 / STEP)}
      >
        <ZoomOut {...ICON} />
      </button>
      <button
        type="button"
        className="button button-quiet button-icon button-small"
        aria-label={t('history.zoom_in')}
        title={t('history.zoom_in')}
        onClick={() => zoom(STEP)}
      >
        <ZoomIn {...ICON} />
      </button>
      <button type="button" className="button button-quiet button-small" disabled={!zoomed} onClick={reset}>
        <RotateCcw {...ICON} />
        {t('history.zoom_reset')}
      </button>
      <span className="flex-1" />
      <span className="caption ellipsis">{format.dayMinute(whole.toMs)}</span>
    </div>
  );
}
