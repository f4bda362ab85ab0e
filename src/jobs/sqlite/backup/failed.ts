/** Why there is no backup. The message is for the operator, and says what to do. */
export class BackupFailed extends Error {}
