// The tables as the queries see them, one definition for every SQL engine. Times are UTC ms, flags are 0 or 1, ids are UUIDs in
// lower case, JSON is text. PostgreSQL stores them in its own types (`postgres-values.ts`).

import type {
  AlertCondition,
  AlertMetric,
  AlertState,
  ChannelKind,
  ConditionKind,
  ConditionScope,
  GatewayScope,
  HandoverState,
  KeptReason,
  LimitKind,
  MachineStatus,
  MessageLanguage,
  MetricKind,
  MetricStatus,
  NotificationKind,
  NotificationState,
  Role,
  RunState,
  Severity,
  SignInMethod,
} from '@gonsters/contract';
import type { Generated } from 'kysely';
import type { ServerTables } from './server-tables.ts';

/** A column `*_key` holds the `nameKey` of its neighbour and is unique. */
export interface Schema extends ServerTables {
  machine_metadata: {
    id: string;
    name: string;
    name_key: string;
    location: string;
    sensor_type: string;
    status: MachineStatus;
    created_at: Generated<number>;
    updated_at: Generated<number>;
    factory_id: string | null;
    /** When it returns to `status_before`; null while its status has no end. */
    status_until: number | null;
    status_before: MachineStatus | null;
  };
  machine_aliases: {
    alias_key: string;
    alias: string;
    machine_id: string;
    /** From 0, in the order in which the aliases are shown. */
    position: number;
  };
  /** Machines whose readings were kept when they were deleted. `aliases` is JSON. */
  deleted_machines: {
    id: string;
    name: string;
    location: string;
    sensor_type: string;
    factory_id: string | null;
    aliases: string;
    deleted_at: Generated<number>;
  };
  machine_handovers: {
    machine_id: string;
    successor_id: string;
    state: HandoverState;
    total_readings: number;
    copied_readings: number;
    /** Time up to which readings are copied, UTC ms. */
    copied_until: number;
    overlapping_values: number;
    kept: KeptReason | null;
    fault: string | null;
    started_at: Generated<number>;
    updated_at: Generated<number>;
    finished_at: number | null;
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
    is_admitted: Generated<number>;
    is_break_glass: Generated<number>;
    created_at: Generated<number>;
    updated_at: Generated<number>;
    last_login: number | null;
  };
  known_sources: {
    user_id: string;
    source_hash: string;
    used_at: number;
  };
  password_links: {
    token_hash: string;
    user_id: string;
    created_by: string;
    expires_at: number;
  };
  /** Which person of an OpenID Connect provider an account belongs to. */
  oidc_identities: {
    user_id: string;
    issuer: string;
    subject: string;
    created_at: number;
  };
  /** The first rule that matches gives the role and the factory. `position` is from 0. */
  oidc_rules: { position: number; group_name: string; role: Role; factory_id: string | null };
  /** Who was refused last, one row per person. `groups` is JSON. */
  oidc_refusals: {
    id: string;
    issuer: string;
    subject: string;
    username: string;
    groups: string;
    reason: 'no_rule' | 'account_exists';
    /** The account with the same name. */
    user_id: string | null;
    refused_at: number;
  };
  /** Sign-ins that came back from the provider, so that none comes back twice. */
  oidc_returns: {
    state_hash: string;
    /** Of the code for the page; null before it exists, and after it was used. */
    code_hash: string | null;
    user_id: string | null;
    /** Of the code. */
    code_expires_at: number | null;
    /** When `state_hash` may be forgotten. */
    expires_at: number;
  };
  second_factors: {
    id: string;
    user_id: string;
    kind: 'totp' | 'passkey';
    name: string;
    /** Of an authenticator app, encrypted. */
    secret: string | null;
    /** Of a passkey, as `public_key`; base64url. */
    credential_id: string | null;
    public_key: string | null;
    /** JSON. */
    transports: string;
    /** Of an authenticator app the step of the last code; of a passkey the number of uses. */
    counter: number;
    is_confirmed: number;
    created_at: number;
    last_used: number | null;
  };
  recovery_codes: { code_hash: string; user_id: string };
  /** Sign-ins whose password was right, and challenges for new passkeys. */
  second_factor_challenges: {
    token_hash: string;
    user_id: string;
    challenge: string | null;
    password_mark: string;
    expires_at: number;
  };
  /** The roles that require a second factor. */
  second_factor_roles: { role: Role };
  sessions: {
    id: string;
    user_id: string;
    created_at: number;
    /** When the newest refresh token of the session expires. */
    expires_at: number;
    ended_at: number | null;
    method: Generated<SignInMethod>;
    /** From where it was begun; null in sessions of an older version. */
    address: string | null;
    user_agent: string | null;
    /** When its tokens were last renewed; null if never. */
    last_used: number | null;
  };
  refresh_tokens: {
    token_hash: string;
    session_id: string;
    created_at: number;
    expires_at: number;
    spent_at: number | null;
  };
  system_config: {
    id: string;
    setting_name: string;
    setting_value: string;
    /** What the setting means, for people who read the table; null until a server with the catalogue of settings has started. */
    description: string | null;
    updated_at: Generated<number>;
  };
  /** Who changed a setting last; no row for a default that the server stored. */
  setting_authors: { setting_id: string; username: string };
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
    /** Number of the newest change that was annunciated. */
    annunciated_seq: number;
    /** Of the condition `gateway`, else null. */
    gateway_id: string | null;
    /** Of a machine that was deleted; null while it exists. */
    factory_id: string | null;
    /** JSON, which begins with the state: whether people were told of it; null where no route tells anybody. */
    told: string | null;
    /** null where no condition that people set says more than the limit. */
    condition: AlertCondition | null;
    condition_id: string | null;
    cause: string | null;
    consequence: string | null;
    response: string | null;
    /** In seconds. */
    time_to_respond: number | null;
  };
  alert_raises: {
    alert_id: string;
    /** From 1 within its alert. */
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
    /** When the raise was annunciated; null while it is silent because it is late, suppressed or shelved. */
    annunciated_at: number | null;
  };
  /** `owner` is the machine or the sensor type, empty for the plant; `metric` is empty for the connection. */
  /** Suggestions that were applied. */
  improvements: {
    id: string;
    machine_id: string;
    metric: string;
    limit_kind: LimitKind;
    /** JSON, as what was in force before. */
    changes: string;
    former: string;
    applied_at: number;
    applied_by: string;
    undone_at: number | null;
    undone_by: string | null;
  };
  conditions: {
    id: string;
    kind: ConditionKind;
    level: ConditionScope['level'];
    owner: string;
    metric: string;
    severity: Severity | null;
    is_active: number;
    definition: string;
    created_at: number;
    updated_at: number;
  };
  alert_limits: {
    owner_kind: 'machine' | 'sensor_type';
    owner: string;
    metric: string;
    low_low: number | null;
    low: number | null;
    high: number | null;
    high_high: number | null;
  };
  metrics: {
    name: string;
    label: string;
    unit: string | null;
    unit_code: string | null;
    display_unit: string | null;
    kind: MetricKind;
    decimals: number;
    min_value: number | null;
    max_value: number | null;
    low_low: number | null;
    low: number | null;
    high: number | null;
    high_high: number | null;
    group_name: string | null;
    description: string | null;
    sort_order: number;
    status: MetricStatus;
    merged_into: string | null;
    is_free_text: number;
    discovered_at: number | null;
    discovered_field: string | null;
    /** Id of a gateway. */
    discovered_by: string | null;
    created_at: number;
    updated_at: number;
    updated_by: string | null;
  };
  /** What devices call a metric, besides its name. */
  metric_aliases: { alias: string; metric: string };
  /** The names of states by their code, from 0 to 255. Append-only, because stored values are codes. */
  metric_states: { metric: string; code: number; name: string };
  machine_types: {
    name: string;
    definition: string;
    created_at: number;
    updated_at: number;
    updated_by: string | null;
  };
  machine_overrides: { machine_id: string; definition: string };
  /** What is added to the values of a metric on one machine, from a time on. */
  calibration_offsets: {
    machine_id: string;
    metric: string;
    valid_from: number;
    value_offset: number;
    set_at: number;
    set_by: string | null;
  };
  /** Which metrics each machine has sent. */
  machine_metrics: { machine_id: string; metric: string };
  alert_evaluations: { machine_id: string; metric: AlertMetric; state: string };
  /** The outbox: changes of alerts of which people may have to be told. `delivered`: it was decided who is told. */
  notifications: {
    id: string;
    alert_id: string;
    kind: string;
    payload: string;
    state: Generated<'pending' | 'delivered' | 'failed'>;
    created_at: number;
  };
  /** What people set up to carry messages. `sealed` is encrypted. */
  notification_channels: {
    id: string;
    kind: ChannelKind;
    name: string;
    name_key: string;
    sealed: string;
    is_active: number;
    /** Why it was switched off. */
    fault: string | null;
    created_at: number;
    updated_at: number;
  };
  /** Where a person is told. `sealed` is the address, encrypted; `display` shows it without what is secret. */
  contact_points: {
    id: string;
    user_id: string;
    channel: string;
    kind: string;
    /** Empty once it was removed. */
    sealed: string;
    display: string;
    label: string | null;
    verified_at: number | null;
    code_hash: string | null;
    code_until: number | null;
    code_tries: number;
    created_at: number;
    /** A contact point that was removed is kept for the record of who was told. */
    removed_at: number | null;
  };
  /** `preferences` is JSON: see `ContactPreferences`. */
  contact_preferences: { user_id: string; preferences: string; updated_at: number };
  /** What Management has changed. */
  message_templates: {
    language: MessageLanguage;
    subject: string;
    body: string;
    updated_at: number;
    /** A user name. */
    updated_by: string | null;
  };
  /** When codes were sent, so that nobody is sent many. */
  contact_codes: { id: string; requested_by: string; address_hash: string; created_at: number };
  /** Whether a channel works. */
  notification_channel_states: {
    /** The id of the channel, or `heartbeat`. */
    channel: string;
    /** In a row. */
    failures: number;
    /** Since three failures in a row; null while it works. */
    failing_since: number | null;
    /** What went wrong last. */
    failure: string | null;
    /** The newest self-test. */
    tested_at: number | null;
    test_result: 'accepted' | 'retry' | 'never' | 'withheld' | null;
    test_response: string | null;
    /** At which address people begin with it. */
    link: string | null;
  };
  /** What is said to one contact about one change of one alert. */
  notification_items: {
    id: string;
    idempotency_key: string;
    alert_id: string;
    /** The number of the raise within the alert. */
    raise: number;
    kind: NotificationKind;
    severity: Severity;
    /** What is not critical is folded with items that have the same key. */
    group_key: string;
    /** Id of a user; null for an address that belongs to nobody. */
    person: string | null;
    channel: string;
    contact: string;
    /** JSON: the alert as it was at the change. */
    payload: string;
    created_at: number;
    /** Before this time it is not put into a message. */
    due_at: number;
    /** The message that carries it; null while it waits. */
    message_id: string | null;
    /** Of the link that acknowledges the alert; null where the message has none. */
    token_hash: string | null;
    expires_at: number | null;
    used_at: number | null;
    /** The run that said it; null for what follows from a change, such as an acknowledgement. */
    run_id: string | null;
    /** The number of the step in its chain, from 1. */
    step: number | null;
  };
  notification_messages: {
    id: string;
    channel: string;
    contact: string;
    kind: 'first' | 'critical' | 'others' | 'flood' | 'digest' | 'test' | 'notice';
    group_key: string;
    is_critical: number;
    state: NotificationState;
    attempts: number;
    created_at: number;
    /** When it is tried next. */
    due_at: number;
    /** While it is being sent: another node may take it after this time. */
    leased_until: number | null;
    leased_by: string | null;
    sent_at: number | null;
    /** What the other side answered last, or what went wrong. */
    response: string | null;
    /** What the service calls it, by which it reports what became of it. */
    provider_id: string | null;
    delivered_at: number | null;
    read_at: number | null;
    /** Of a failed one: it was handed on to the next contact points, where there are any. */
    is_settled: Generated<number>;
  };
  /** The routes in their order. `definition` is JSON: which alerts, and the chain. */
  notification_routes: {
    id: string;
    name: string;
    name_key: string;
    position: number;
    is_default: number;
    is_active: number;
    /** The routes after it are looked at, too. */
    is_continued: number;
    definition: string;
    created_at: number;
    updated_at: number;
  };
  /** A chain that tells people of one raise or escalation of an alert. `chain` and `payload` are JSON of that moment. */
  notification_runs: {
    id: string;
    alert_id: string;
    /** Number of the change of the alert that began it. */
    seq: number;
    route_id: string;
    route_name: string;
    kind: 'raised' | 'escalated';
    severity: Severity;
    chain: string;
    payload: string;
    state: RunState;
    /** Of the chain, from 0, that is done next; the number of steps where all are done. */
    step: number;
    /** From 0. */
    repetition: number;
    /** JSON: steps that told nobody, and why. */
    gaps: string;
    started_at: number;
    /** When the step is done or, after all of them, when it is decided whether somebody was told; null where it has ended. */
    due_at: number | null;
    ended_at: number | null;
  };
  /** What a message says that is about no alert. `params` is JSON. */
  notification_notices: {
    message_id: string;
    /** Id of a user; null for an address that belongs to nobody. */
    person: string | null;
    text_key: string;
    params: string;
    language: string;
    /** The same notice is not sent to the same person twice. */
    once_key: string | null;
    created_at: number;
  };
  /** One row. `definition` is JSON. */
  shift_calendar: { name: string; definition: string; updated_at: number; updated_by: string };
  /** Who is on duty, in turn. `definition` is JSON. */
  duty_schedules: {
    id: string;
    name: string;
    name_key: string;
    definition: string;
    /** SHA-256 of the token of the calendar link; null where there is none. */
    token_hash: string | null;
    created_at: number;
    updated_at: number;
  };
  duty_overrides: {
    id: string;
    schedule_id: string;
    user_id: string;
    starts_at: number;
    ends_at: number;
    reason: string;
    created_at: number;
    /** Id of a user. */
    created_by: string;
  };
  /** Of which gaps Management was told. */
  duty_gaps_told: { schedule_id: string; starts_at: number; ends_at: number };
  shift_notes: {
    id: string;
    at: number;
    /** Id and name of the user who wrote it. */
    written_by: string;
    writer: string;
    factory_id: string | null;
    note: string;
  };
  /** `started_at` is the beginning of the shift. */
  shift_sign_offs: {
    started_at: number;
    signed_by: string;
    role: 'outgoing' | 'incoming';
    signer: string;
    factory_id: string | null;
    note: string | null;
    at: number;
  };
  gateways: {
    id: string;
    name: string;
    name_key: string;
    username: string;
    password_hash: string;
    machine_ids: string;
    factory_id: string | null;
    scope: GatewayScope;
    needs_review: Generated<number>;
    is_active: Generated<number>;
    timezone: Generated<string>;
    created_at: Generated<number>;
    updated_at: Generated<number>;
    last_seen: number | null;
  };
  /** Every change of a profile; the newest version is in force. */
  gateway_profiles: {
    gateway_id: string;
    /** From 1 for each gateway. */
    version: number;
    /** JSON; null for a deletion. */
    definition: string | null;
    /** The version to which an undo returned; 0 for the time before the first one. */
    restores: number | null;
    updated_at: number;
    updated_by: string | null;
  };
  /** A key belongs to a user or to a gateway. `permissions` is JSON. */
  access_keys: {
    id: string;
    user_id: string | null;
    gateway_id: string | null;
    name: string;
    public_part: string;
    secret_hash: string;
    former_hash: string | null;
    former_until: number | null;
    permissions: string;
    created_at: number;
    rotated_at: number | null;
    expires_at: number | null;
    last_used: number | null;
  };
}
