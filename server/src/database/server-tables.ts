// The tables that describe the servers, not the plant. Backup and transfer leave them out.

import type { ClockFault } from '@gonsters/contract';
import type { Generated } from 'kysely';

/** A part of the schema; see there. */
export interface ServerTables {
  /** One row: the id of the plant, and the lease of its alert leader. */
  watch: {
    id: number;
    plant_id: string;
    /** Increased each time another node becomes alert leader. */
    epoch: number;
    node_id: string | null;
    /** When the lease expires unless it is renewed, by the clock of the database. */
    held_until: number;
    /** Watermark: everything stored up to then has been evaluated; 0 before the first leader. */
    kept_until: number;
  };
  /** The servers of the plant, with their heartbeat. */
  nodes: {
    id: string;
    host: string;
    /** Prefix of the client ids of its sessions at the external MQTT broker. */
    client_id: string | null;
    /** 0 after a regular stop. */
    is_running: number;
    /** By the clock of the database. */
    seen_at: number;
    /** 0 while it runs but does not receive the messages that the broker queues for it. */
    is_subscribed: Generated<number>;
  };
  /** One row: the number of the newest change of metrics and machine types. */
  catalogue_revision: { id: number; revision: number };
  /** One row: the time with which a node compares its clock when it starts. */
  clock_guard: {
    id: number;
    /** The newest arrival of readings, by the clock of a node whose clock was trusted; null before the first one. */
    newest_arrival: number | null;
  };
  /** The nodes on which retention is suspended because their clock disagrees with the stored data. */
  clock_holds: {
    node_id: string;
    host: string;
    fault: ClockFault;
    by_ms: number;
    held_ms: number;
    clock_at: number;
    is_confirmed: number;
    /** By the clock of the database. */
    seen_at: number;
  };
  /** Sparkplug nodes that were born at the external broker of these servers. */
  sparkplug_nodes: {
    /** Group and node. */
    path: string;
    /** When the last birth was noted, at most once an hour; by the clock of a server. */
    seen_at: number;
  };
  /** One row if the database is the target of a transfer, else none; see `copied-from.ts`. */
  copied_from: {
    id: number;
    /** Identifies the data directory that was transferred. */
    source: string;
    /** 0 until the transfer is finished. */
    is_complete: number;
    changed_at: number;
  };
  /** One row that is written to find out whether data can be stored. */
  write_check: { id: number; checked_at: number };
  schema_migrations: { version: number; name: string; applied_at: Generated<number> };
}
