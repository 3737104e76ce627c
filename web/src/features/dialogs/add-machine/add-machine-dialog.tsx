// The dialog that adds a machine: its description, and then how to send it a first reading.

import type { Machine } from '@gonsters/contract';
import { useState } from 'react';
import '../../../styles/dialogs.css';
import { AddMachineForm } from './add-machine-form.tsx';
import { MachineAdded } from './machine-added.tsx';

export function AddMachineDialog({ dialog, onClose }: { dialog: { called?: string }; onClose: () => void }) {
  const [added, setAdded] = useState<Machine | null>(null);
  return added === null ? (
    <AddMachineForm called={dialog.called} onAdded={setAdded} onClose={onClose} />
  ) : (
    <MachineAdded machine={added} onAnother={() => setAdded(null)} onClose={onClose} />
  );
}
