// A message in place of content, such as "nothing matches": an icon, a sentence, and actions.

import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export function StateMessage({
  icon: Icon,
  title,
  children,
  actions,
  alert = false,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** Read out at once. */
  alert?: boolean;
}) {
  return (
    <div className="state" role={alert ? 'alert' : undefined}>
      <Icon aria-hidden="true" />
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {actions ? <div className="state-actions">{actions}</div> : null}
    </div>
  );
}
