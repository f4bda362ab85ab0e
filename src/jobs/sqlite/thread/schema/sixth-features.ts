/** The tables that are new in the sixth version. */
export const sixthFeatures = `
  CREATE TABLE attempt (
    seq INTEGER NOT NULL,
    token INTEGER NOT NULL,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    outcome INTEGER NOT NULL, -- its place in attemptOutcomes of attempt.ts
    counts INTEGER NOT NULL,
    worker INTEGER,
    pid INTEGER,
    executor TEXT,
    queued_us INTEGER, -- microseconds
    ran_us INTEGER,
    cpu_us INTEGER,
    more TEXT, -- JSON; see History
    PRIMARY KEY (seq, token)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE checkpoint (seq INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE tag (tag TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (tag, seq))
    STRICT, WITHOUT ROWID;
  CREATE INDEX tag_job ON tag (seq);

  -- The first job after the clock was set back; see creation-times.ts.
  CREATE TABLE clock_back (seq INTEGER PRIMARY KEY) STRICT;

  CREATE TABLE pause (task TEXT PRIMARY KEY) STRICT, WITHOUT ROWID; -- '' for all tasks

  -- The groups that have a job. An index of them would write another page with each job.
  CREATE TABLE job_group (
    grp TEXT PRIMARY KEY,
    jobs INTEGER NOT NULL, -- ended ones too
    concurrency INTEGER -- how many of them may run at once; null for any number
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER group_gone AFTER DELETE ON job WHEN old.grp IS NOT NULL BEGIN
    UPDATE job_group SET jobs = jobs - 1 WHERE grp = old.grp;
    DELETE FROM job_group WHERE grp = old.grp AND jobs <= 0;
  END;
  CREATE TRIGGER group_left AFTER UPDATE OF grp ON job WHEN old.grp IS NOT NULL BEGIN
    UPDATE job_group SET jobs = jobs - 1 WHERE grp = old.grp;
    DELETE FROM job_group WHERE grp = old.grp AND jobs <= 0;
  END;

  CREATE TABLE unique_key (
    task TEXT NOT NULL,
    name TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (task, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX unique_key_job ON unique_key (seq);

  -- Job seq waits for job on_seq. The row goes when that one ends, whatever has become of job seq.
  CREATE TABLE dependency (
    on_seq INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    runs INTEGER NOT NULL, -- 1: whatever the end of job on_seq is
    PRIMARY KEY (on_seq, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX dependency_job ON dependency (seq);
  -- Ends of jobs whose dependants are not told yet.
  CREATE TABLE settling (
    place INTEGER PRIMARY KEY,
    on_seq INTEGER NOT NULL,
    state INTEGER NOT NULL,
    last_seq INTEGER NOT NULL -- jobs after this one were submitted after the end
  ) STRICT;

  CREATE TABLE batch (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    first_job INTEGER NOT NULL, -- its jobs have the numbers from here on, without a gap
    total INTEGER NOT NULL,
    kept INTEGER NOT NULL, -- jobs that were not removed yet
    succeeded INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0,
    expired INTEGER NOT NULL DEFAULT 0,
    cancelled_to INTEGER, -- while it is being cancelled: the last job that was looked at
    key TEXT, -- the Idempotency-Key
    fingerprint TEXT,
    on_end TEXT -- the URL of its webhook
  ) STRICT;
  CREATE UNIQUE INDEX batch_key ON batch (key) WHERE key IS NOT NULL;
  CREATE INDEX batch_cancelling ON batch (seq) WHERE cancelled_to IS NOT NULL;
  -- A batch is removed with its last job.
  CREATE TRIGGER batch_job_removed AFTER DELETE ON job WHEN old.batch IS NOT NULL BEGIN
    UPDATE batch SET kept = kept - 1 WHERE seq = old.batch;
    DELETE FROM batch WHERE seq = old.batch AND kept <= 0;
  END;

  CREATE TRIGGER batch_gone AFTER DELETE ON batch WHEN old.on_end IS NOT NULL BEGIN
    DELETE FROM delivery WHERE batch = old.seq;
  END;

  CREATE TABLE delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER,
    batch INTEGER,
    number INTEGER NOT NULL, -- among those of its job or batch, from 1
    url TEXT NOT NULL,
    host TEXT NOT NULL, -- of the url, without the port: one host gets few at a time
    state INTEGER NOT NULL, -- see deliveryCodes in deliveries.ts
    token INTEGER NOT NULL DEFAULT 0, -- counts the claims
    tries INTEGER NOT NULL DEFAULT 0, -- attempts since it was announced, or sent again by hand
    created_at INTEGER NOT NULL,
    due_at INTEGER, -- while it is being sent: when it counts as not sent; null when it is over
    attempts TEXT NOT NULL -- JSON of DeliveryAttempts
  ) STRICT;
  CREATE INDEX delivery_due ON delivery (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX delivery_host ON delivery (host, due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX delivery_sending ON delivery (seq) WHERE state = 1;
  CREATE INDEX delivery_job ON delivery (job) WHERE job IS NOT NULL;
  CREATE INDEX delivery_batch ON delivery (batch) WHERE batch IS NOT NULL;

  CREATE TABLE schedule (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL DEFAULT 1,
    task TEXT NOT NULL,
    rules TEXT NOT NULL, -- JSON of ScheduleRules
    anchor INTEGER NOT NULL,
    next_at INTEGER, -- null when nothing is due any more
    last_at INTEGER,
    last_job TEXT, -- the id of its newest job, and the time that this was made for
    last_job_for INTEGER,
    made INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    missed TEXT, -- JSON of MissedTimes: the last ones
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX schedule_next ON schedule (next_at) WHERE next_at IS NOT NULL;
  -- Apart, because each time that is due writes the row of the schedule.
  CREATE TABLE schedule_job (
    seq INTEGER PRIMARY KEY,
    job TEXT NOT NULL, -- JSON of NewJob
    sent TEXT NOT NULL
  ) STRICT;`;
