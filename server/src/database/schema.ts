// The tables as the queries see them: one definition for every SQL engine. Times are UTC ms, flags 0 or 1, JSON text.

import type {
  AlertMetric,
  AlertState,
  ClockFault,
  LimitKind,
  MachineStatus,
  MetricName,
  Role,
  Severity,
} from '@gonsters/contract';
import type { Generated } from 'kysely';

/** `*_key` columns hold `nameKey` of their neighbour and carry its uniqueness. */
export interface Schema {
  machine_metadata: {
    id: string;
    name: string;
    name_key: string;
    location: string;
    sensor_type: string;
    status: MachineStatus;
    created_at: Generated<number>;
    updated_at: Generated<number>;
  };
  users: {
    id: string;
    username: string;
    username_key: string;
    email: string;
    email_key: string;
    password_hash: string;
    role: Role;
    factory_id: string | null;
    department: string | null;
    is_active: number;
    created_at: Generated<number>;
    updated_at: Generated<number>;
    last_login: number | null;
  };
  sessions: {
    id: string;
    user_id: string;
    created_at: number;
    /** When the newest refresh token of the session expires. */
    expires_at: number;
    ended_at: number | null;
  };
  refresh_tokens: {
    token_hash: string;
    session_id: string;
    created_at: number;
    expires_at: number;
    spent_at: number | null;
  };
  system_config: {
    name: string;
    value: string;
    updated_at: Generated<number>;
    updated_by: string | null;
  };
  audit_logs: {
    id: number;
    at: number;
    user_id: string | null;
    username: string | null;
    action: string;
    target: string | null;
    outcome: 'success' | 'refused';
    ip: string | null;
    request_id: string | null;
    details: string;
    hash: string;
  };
  alerts: {
    id: string;
    seq: number;
    machine_id: string | null;
    machine_ids: string;
    machine_name: string;
    location: string;
    metric: AlertMetric;
    limit_kind: LimitKind | 'stale';
    severity: Severity;
    state: AlertState;
    message: string;
    threshold: number | null;
    value: number | null;
    peak_value: number | null;
    reading_count: number;
    raise_count: number;
    chattering: number;
    raised_at: number;
    escalated_at: number | null;
    cleared_at: number | null;
    acknowledged_at: number | null;
    acknowledged_by: string | null;
    acknowledge_note: string | null;
    shelved_until: number | null;
    shelved_by: string | null;
    shelve_reason: string | null;
    late: number;
    updated_at: number;
    /** Of the first raise; `raised_at` is that of the newest. */
    first_raised_at: number;
    end_not_seen: number;
    clears_at: number | null;
    /** Number of the newest change that people had to hear of. */
    annunciated_seq: number;
  };
  alert_raises: {
    alert_id: string;
    /** From 1 on within its alert. */
    number: number;
    /** Number of the change that began it. */
    seq: number;
    raised_at: number;
    cleared_at: number | null;
    limit_kind: LimitKind | 'stale';
    severity: Severity;
    threshold: number | null;
    value: number | null;
    peak_value: number | null;
    reading_count: number;
    escalated_at: number | null;
    escalated_threshold: number | null;
    escalated_value: number | null;
    /** When people heard of it; null while they have not, since it is late, suppressed or shelved. */
    annunciated_at: number | null;
  };
  alert_limits: {
    owner_kind: 'machine' | 'sensor_type';
    owner: string;
    metric: MetricName;
    low_low: number | null;
    low: number | null;
    high: number | null;
    high_high: number | null;
  };
  alert_evaluations: { machine_id: string; metric: AlertMetric; state: string };
  notifications: {
    id: string;
    alert_id: string;
    kind: string;
    payload: string;
    state: Generated<'pending' | 'delivered' | 'failed'>;
    created_at: number;
  };
  gateways: {
    id: string;
    name: string;
    name_key: string;
    username: string;
    password_hash: string;
    machine_ids: string;
    factory_id: string | null;
    is_active: Generated<number>;
    created_at: Generated<number>;
    updated_at: Generated<number>;
    last_seen: number | null;
  };
  /** One row: the plant, and which node keeps watch over its alerts. */
  watch: {
    id: number;
    plant_id: string;
    /** Raised each time another node takes the watch. */
    epoch: number;
    node_id: string | null;
    /** Until when the node has it, unless it says so again; by the database's clock. */
    held_until: number;
    /** Up to when everything stored has been evaluated; 0 before the first watch. */
    kept_until: number;
  };
  /** The servers of the plant; each says now and then that it runs. */
  nodes: {
    id: string;
    host: string;
    /** What its sessions at the MQTT broker begin with. */
    client_id: string | null;
    /** 0 after a stop in order. */
    is_running: number;
    /** By the database's clock. */
    seen_at: number;
    /** 0 while it runs without taking what the broker holds for it. */
    is_subscribed: Generated<number>;
  };
  /** One row: what the clock of a node is compared with when it starts. */
  clock_guard: {
    id: number;
    /** When readings came last, by the clock of a node that trusted it; null where nobody has recorded that yet. */
    newest_arrival: number | null;
  };
  /** The nodes that delete nothing because of its age, since their clock disagrees with the stored data. */
  clock_holds: {
    node_id: string;
    host: string;
    fault: ClockFault;
    by_ms: number;
    held_ms: number;
    clock_ms: number;
    is_confirmed: number;
    /** By the database's clock. */
    seen_at: number;
  };
  /** One row in a database that was moved to, none in any other: see `copied-from.ts`. */
  copied_from: {
    id: number;
    /** Names the data directory that it is a copy of. */
    source: string;
    /** 0 while the move is not finished. */
    is_complete: number;
    changed_at: number;
  };
  /** One row that says nothing: it is written to find out whether anything can be. */
  write_check: { id: number; checked_at: number };
  schema_migrations: { version: number; name: string; applied_at: Generated<number> };
}
