// Chooses the columns of a machine type: searched among all its metrics, and put in order by dragging or by buttons.

import { ArrowDown, ArrowUp, GripVertical, RotateCcw, Search, SlidersHorizontal } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { MetricView } from '../../../../components/domain/metrics/metric-view.ts';
import type { FleetMetrics } from '../../../../components/domain/metrics/use-type-metrics.ts';
import { useText } from '../../../../i18n/use-text.ts';
import { type ColumnChoice, columnsFor, MOST_COLUMNS, moved } from './column-choice.ts';

interface ChooserProps {
  /** Those that the table shows. */
  types: readonly string[];
  fleet: FleetMetrics;
  choice: ColumnChoice;
  onChoose: (choice: ColumnChoice) => void;
}

export function ColumnChooser(props: ChooserProps) {
  const { t } = useText();
  const [type, setType] = useState('');
  const shown = props.types.includes(type) ? type : (props.types[0] ?? '');
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button type="button" className="button button-small">
          <SlidersHorizontal size={14} strokeWidth={1.5} aria-hidden="true" />
          {t('columns.open')}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="column-chooser glass"
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label={t('columns.of', { type: shown })}
        >
          <h3>{t('columns.of', { type: shown })}</h3>
          {props.types.length > 1 ? (
            <select
              className="input input-select"
              aria-label={t('table.type')}
              value={shown}
              onChange={(event) => setType(event.target.value)}
            >
              {props.types.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          ) : null}
          <Columns key={shown} {...props} type={shown} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Columns({ type, fleet, choice, onChoose }: ChooserProps & { type: string }) {
  const { t } = useText();
  const [text, setText] = useState('');
  const [dragged, setDragged] = useState<string | null>(null);
  const metrics = fleet.ofType(type);
  const columns = columnsFor(type, choice, metrics);
  const names = columns.map(({ name }) => name);
  const full = names.length >= MOST_COLUMNS;
  const choose = (next: readonly string[]) => onChoose({ ...choice, [type]: next });
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (view: MetricView) => {
    const told = `${view.label} ${view.name} ${view.unit} ${view.group ?? ''}`.toLowerCase();
    return words.every((word) => told.includes(word));
  };
  const others = metrics.all.filter((view) => !names.includes(view.name) && matches(view));
  return (
    <>
      <label className="input">
        <Search size={16} strokeWidth={1.5} aria-hidden="true" />
        <input
          type="search"
          autoComplete="off"
          aria-label={t('columns.search')}
          placeholder={t('columns.count', { count: metrics.all.length })}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <div className="column-scroll">
        <ul aria-label={t('columns.chosen')}>
          {columns.filter(matches).map((view) => (
            <li
              key={view.name}
              draggable
              onDragStart={() => setDragged(view.name)}
              onDragEnd={() => setDragged(null)}
              onDragOver={(event) => event.preventDefault()}
              onDrop={() => {
                if (dragged) choose(moved(names, dragged, names.indexOf(view.name) - names.indexOf(dragged)));
              }}
            >
              <GripVertical size={14} strokeWidth={1.5} aria-hidden="true" />
              <ColumnBox view={view} chosen onToggle={() => choose(names.filter((name) => name !== view.name))} />
              {[-1, 1].map((by) => (
                <button
                  key={by}
                  type="button"
                  className="button button-quiet button-icon button-small"
                  aria-label={t(by < 0 ? 'columns.earlier' : 'columns.later', { metric: view.label })}
                  disabled={by < 0 ? names[0] === view.name : names.at(-1) === view.name}
                  onClick={() => choose(moved(names, view.name, by))}
                >
                  {by < 0 ? <ArrowUp size={14} strokeWidth={1.5} /> : <ArrowDown size={14} strokeWidth={1.5} />}
                </button>
              ))}
            </li>
          ))}
        </ul>
        <ul aria-label={t('columns.others')}>
          {others.map((view) => (
            <li key={view.name}>
              <ColumnBox view={view} disabled={full} onToggle={() => choose([...names, view.name])} />
            </li>
          ))}
        </ul>
        {others.length === 0 && !columns.some(matches) ? <p className="caption">{t('columns.none')}</p> : null}
        {full ? <p className="caption">{t('columns.full', { count: MOST_COLUMNS })}</p> : null}
      </div>
      <div className="column-foot">
        <span className="caption flex-1">{t('columns.for_me')}</span>
        <button
          type="button"
          className="button button-quiet button-small"
          disabled={choice[type] === undefined}
          onClick={() => onChoose(Object.fromEntries(Object.entries(choice).filter(([name]) => name !== type)))}
        >
          <RotateCcw size={14} strokeWidth={1.5} aria-hidden="true" />
          {t('columns.headline')}
        </button>
      </div>
    </>
  );
}

function ColumnBox({
  view,
  chosen = false,
  disabled = false,
  onToggle,
}: {
  view: MetricView;
  chosen?: boolean;
  disabled?: boolean;
  onToggle: () => void;
}) {
  return (
    <label className="column-box">
      <input type="checkbox" checked={chosen} disabled={disabled} onChange={onToggle} />
      <span className="min-w-0 flex-1">{view.label}</span>
      <span className="caption">{view.unit}</span>
    </label>
  );
}
