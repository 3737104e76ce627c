// Which side panels are wanted, remembered. Where there is no room for one it is not shown, but stays wanted.

import { useState } from 'react';

const KEY = 'gonsters.panels';

export interface Panels {
  machines: boolean;
  alerts: boolean;
}

export function usePanels(): [Panels, (panel: keyof Panels) => void] {
  const [panels, setPanels] = useState(remembered);
  const toggle = (panel: keyof Panels) => {
    const next = { ...panels, [panel]: !panels[panel] };
    localStorage.setItem(KEY, JSON.stringify(next));
    setPanels(next);
  };
  return [panels, toggle];
}

function remembered(): Panels {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const panels = stored !== null && typeof stored === 'object' ? stored : {};
    return {
      machines: !('machines' in panels) || panels.machines !== false,
      alerts: !('alerts' in panels) || panels.alerts !== false,
    };
  } catch {
    return { machines: true, alerts: true };
  }
}
