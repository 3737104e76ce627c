// Which machine and factory a topic names.

export interface TopicRoute {
  readonly factoryId: string | null;
  /** As our own topic has it: an id, an alias or a name; null for every other topic. */
  readonly machineId: string | null;
  readonly levels: readonly string[];
}

const TELEMETRY = /^factory\/([^/]+)\/machine\/([^/]+)\/telemetry$/;

export function routeOf(topic: string): TopicRoute {
  const match = TELEMETRY.exec(topic);
  return { factoryId: match?.[1] ?? null, machineId: match?.[2] ?? null, levels: topic.split('/') };
}
