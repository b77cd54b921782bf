/** A verb of the command line. */
export interface Command {
  readonly help: string;
  /** Returns the exit code; errors are thrown. */
  run(args: readonly string[]): Promise<number>;
}
