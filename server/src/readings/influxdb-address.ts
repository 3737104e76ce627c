// Where an InfluxDB keeps the readings, and how to be let in.

export interface InfluxdbAddress {
  /** Without credentials, without a slash at its end. */
  readonly url: string;
  /** A database of 1.x has the same name as the bucket of 2.x and the database of 3.x. */
  readonly bucket: string;
  /** 2.x on `/api/v2/write` only. */
  readonly org: string | null;
  readonly token: string | null;
  readonly username: string | null;
  readonly password: string | null;
}
