/** What the standard calls the answer. */
export type Class = "success" | "persistent-transient-failure" | "permanent-failure";

/** What to do about the address: keep it, stop mailing it, or keep it and change something on the sender's side. */
export type Bounce = "soft" | "hard" | "block";

/** Why. More may be added. */
export type Category =
  | "delivered" | "mailbox-unknown" | "domain-unknown" | "mailbox-moved" | "mailbox-disabled" | "mailbox-full"
  | "message-too-large" | "mailing-list" | "sender-rejected" | "system-full" | "system-unavailable" | "system-incapable"
  | "network" | "routing" | "congestion" | "expired" | "protocol" | "too-many-recipients" | "content" | "spam"
  | "blocklisted" | "greylisted" | "relay-denied" | "policy" | "rate-limited" | "authentication" | "credentials"
  | "encryption" | "undefined";

/** What it is about. More may be added. */
export type Scope = "recipient" | "recipient-domain" | "message" | "sender" | "source" | "receiver";

/** The command that was answered. */
export type Command = "connect" | "ehlo" | "starttls" | "auth" | "mail-from" | "rcpt-to" | "data" | "end-of-data";

/** How a delivery ended. */
export type Outcome = "delivered" | "failed" | "deferred" | "refused";

/** The tables. More may be added. */
export type Table = "enhanced" | "reply" | "class" | "subject" | "group" | "phrase" | "provider" | "blocklist";

/** The answer. Its keys are those of the command's JSON, and a few more. */
export interface Verdict {
  readonly reply: number | null;
  readonly enhanced: string | null;
  readonly class: Class | null;
  /** What to do about the address; null if this is not a failure. */
  readonly bounce: Bounce | null;
  readonly category: Category;
  readonly name: string;
  readonly registry_name: string | null;
  /** One sentence that says what happened. */
  readonly description: string;
  readonly matched: Table;
  readonly references: readonly string[];
  /** Whether this message may be sent again. */
  readonly retry: boolean;
  /** How many seconds the server asks to wait. */
  readonly retry_after: number | null;
  readonly scope: Scope | null;
  /** Who answered, if the text shows it. */
  readonly provider: string | null;
  /** Whether the reply code and the enhanced code are in different classes. */
  readonly contradictory: boolean;
  /** The words or the code that decided. */
  readonly evidence: string | null;
  /** Where they start in the input. */
  readonly evidence_start: number | null;
  /** What to do next, in a sentence or two. */
  readonly advice: string;
  /** The page where the provider explains its replies or takes questions. */
  readonly postmaster: string | null;
  /** The key of the row that decided: `X.1.1`, `550`, `Gmail: 5.7.27`; the name if words or a block list did. */
  readonly row: string;
}

/** What a log line says about a delivery. */
export interface Delivery {
  readonly outcome: Outcome | null;
  readonly command: Command | null;
  readonly recipient: string | null;
  readonly verdict: Verdict | null;
}

/** A row of a table. `bounce` is for a permanent failure: class 4 is always soft. */
export interface Row extends Pick<Verdict, "class" | "bounce" | "category" | "name" | "registry_name" | "description" | "references" | "scope"> {
  readonly table: Table;
  readonly key: string;
  /** The provider, if the row says what one means. */
  readonly provider: string | null;
  /** What to do next, if that differs from the general advice. */
  readonly advice: string | null;
  /** How many seconds the provider asks to wait. */
  readonly retry_after: number | null;
  readonly common: boolean;
  readonly overlaid: boolean;
}

/** Says what a reply means; null if there is no code in it and no plain words. It may be a log line, or a sentence that
 *  quotes a reply, and any bytes. */
export function classify(reply: string | Uint8Array, command?: Command): Verdict | null;

/** Reads a log line: how the delivery ended, for whom, and what the reply in it means. */
export function delivery(record: string | Uint8Array): Delivery;

/** The rows of a table, or of all. */
export function table(name?: Table): Row[];

/** Every value of each type. */
export const labels: {
  readonly class: readonly Class[];
  readonly bounce: readonly Bounce[];
  readonly category: readonly Category[];
  readonly scope: readonly Scope[];
  readonly command: readonly Command[];
  readonly outcome: readonly Outcome[];
  readonly table: readonly Table[];
};

export const version: string;

/** The file name of the overlay that is built in; null without one. */
export const overlay: string | null;
