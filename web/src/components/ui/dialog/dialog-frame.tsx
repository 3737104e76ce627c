// What every dialog has in common, whatever it looks like: where the focus goes first, and whether it may close.

import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { Modal } from './modal.tsx';
import { type DragHandle, useSheetDrag } from './use-sheet-drag.ts';

const FIRST_FIELD =
  '.dialog-body :is(input:not([type="file"], [type="checkbox"], [readonly]), textarea:not([readonly])), .palette-field input';

export function DialogFrame({
  className,
  scrim = '',
  described = false,
  busy = false,
  unsaved = false,
  onClose,
  children,
}: {
  className: string;
  /** Another class for what lies behind it. */
  scrim?: string;
  /** Has a description of its own. */
  described?: boolean;
  busy?: boolean;
  unsaved?: boolean;
  onClose: () => void;
  children: (parts: { dragHandle: DragHandle }) => ReactNode;
}) {
  const sheet = useRef<HTMLDivElement>(null);
  const [asking, setAsking] = useState(false);
  const close = () => {
    if (busy) return;
    if (unsaved) setAsking(true);
    else onClose();
  };
  useBlocker({
    // On a phone the back button closes what lies on top; other ways to go on are the dialog's own links.
    shouldBlockFn: ({ action }) => {
      if (action !== 'BACK') return false;
      close();
      return true;
    },
    enableBeforeUnload: () => unsaved,
  });
  const dragHandle = useSheetDrag(sheet, close);
  return (
    <Modal
      ref={sheet}
      className={className}
      scrim={scrim}
      described={described}
      onClose={close}
      onOpenAutoFocus={(event) => {
        // The first field, not the close button, and without selecting its text. On a touch screen the keyboard would
        // cover half of the sheet.
        const field = sheet.current?.querySelector<HTMLElement>(FIRST_FIELD);
        if (!field || !matchMedia('(pointer: fine)').matches) return;
        event.preventDefault();
        field.focus();
      }}
      onEscapeKeyDown={(event) => {
        // The first Escape closes the open list of a combobox.
        if (event.target instanceof Element && event.target.matches('[data-list="open"]')) event.preventDefault();
      }}
    >
      {children({ dragHandle })}
      {asking && unsaved ? <Discard onKeep={() => setAsking(false)} onDiscard={onClose} /> : null}
    </Modal>
  );
}

function Discard({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  const { t } = useText();
  return (
    <div className="dialog-discard" role="alert">
      <span className="flex-1">{t('dialog.discard')}</span>
      <button type="button" className="button button-quiet" onClick={onDiscard}>
        {t('dialog.discard.yes')}
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: the question was asked for by a key, which the answer takes too */}
      <button type="button" className="button button-primary" autoFocus onClick={onKeep}>
        {t('dialog.discard.no')}
      </button>
    </div>
  );
}
