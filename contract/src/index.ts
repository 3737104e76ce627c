// The types, schemas and formats that server, page, simulator and gateways exchange.

export * from './alert.ts';
export * from './alert-stats.ts';
export * from './alert-terms.ts';
export * from './audit.ts';
export * from './clock-status.ts';
export * from './detail-frame.ts';
export * from './error.ts';
export * from './gateway.ts';
export * from './ingest.ts';
export * from './issue-text.ts';
export * from './limit-sources.ts';
export * from './live-events.ts';
export * from './machine.ts';
export * from './machine-condition.ts';
export * from './machine-replies.ts';
export * from './metrics.ts';
export * from './overview-frame.ts';
export * from './reading.ts';
export * from './reading-replies.ts';
export * from './reading-rules.ts';
export * from './roles.ts';
export * from './setting.ts';
export * from './setting-replies.ts';
export * from './time.ts';
export * from './time-zone.ts';
export * from './user.ts';
