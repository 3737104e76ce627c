// A channel as contact points see it.

/** What a contact point needs to know of the channel that carries its messages. */
export interface CarryingChannel {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly is_active: boolean;
  /** It leads somewhere without an address. */
  readonly has_destination: boolean;
  readonly needs_contact: boolean;
  readonly address_hint: string;
}
