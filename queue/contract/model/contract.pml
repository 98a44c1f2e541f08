/* The contract as a small machine: 2 items, 2 workers, the loops of one reconciler, and faults.
 *
 * README.md beside this file says what is modelled, what is not, and how to run it. A d_step is one Lua
 * script or one SQL transaction: what Redis or SQL does as a whole. Between two of them anybody else may
 * act. FAULTS bounds crashes, lost replies and wrong guesses together; ROLLBACKS says how often Redis
 * comes back as it was at an earlier moment, in the beginning with nothing at all.
 *
 * WITHOUT_… takes one guard away: then Spin must find what that guard is for.
 */

#ifndef FAULTS
#define FAULTS 1
#endif
#ifndef ROLLBACKS
#define ROLLBACKS 0
#endif

#define ITEMS 2
#define WORKERS 2
#define EVENTS 4 /* room in results; an assertion fails when this is too little */

#define ABSENT 0
#define WAITING 1
#define RUNNING 2
#define SUCCEEDED 3

/* ---------------------------------------------------------------- Redis: all of this can roll back */

typedef Redis {
  byte state[ITEMS];
  byte epoch[ITEMS];
  byte claim[ITEMS];
  byte worker[ITEMS];
  bit waiting[ITEMS];                  /* the index waiting:<priority> */
  bit leases[ITEMS];                   /* the index leases */
  bit listed[ITEMS];                   /* a copy of the id stands in queue:<priority> or ready */
  bit processing[4];                   /* [worker * ITEMS + item] */
  byte generation;
  byte events;                         /* length of results; the oldest event is the first */
  byte of_item[EVENTS];
  byte of_epoch[EVENTS];
  byte of_claim[EVENTS];
  byte manifest[EVENTS];               /* the claim under which the output it names was written */

  /* What an onlooker knows who believes none of the fields above. */
  byte current[ITEMS];                 /* the claim that was granted, and not settled or taken away */
  byte ended[ITEMS];                   /* the epoch in which the item ended, 0 for none */
};

Redis now_, then_, blank;

/* --------------------------------------------------------------------------- SQL, workers, faults */

bit done[ITEMS], outbox[ITEMS];
byte sql_epoch[ITEMS], ends[ITEMS];
byte sql_generation = 1;
bit looked[ITEMS];                     /* the sweeper found that the item's event is on its way */

byte claims[ITEMS];                    /* claim ids chosen so far: none is chosen twice for an item */
byte doing[WORKERS], on[WORKERS];      /* the claim that a live worker works for, and its item */
bit dead[WORKERS];
byte faults = FAULTS, rollbacks = ROLLBACKS;

#define fault (faults > 0)
#define held(w, i) now_.processing[(w) * ITEMS + (i)]
#define works(w, i) (doing[w] == now_.claim[i] && on[w] == (i))
#define orphan(i) (now_.state[i] == RUNNING && !works(0, i) && !works(1, i))
#define nowhere(i) (now_.state[i] == WAITING && !now_.listed[i] && !held(0, i) && !held(1, i))

/* ---------------------------------------------------------------------------------------- scripts */

/* I2 and I4, after every script. */
inline check() {
  for (n : 0 .. ITEMS - 1) {
    assert(now_.waiting[n] == (now_.state[n] == WAITING));
    assert(now_.leases[n] == (now_.state[n] == RUNNING));
    assert(now_.ended[n] == 0 || now_.ended[n] != now_.epoch[n] || now_.state[n] == SUCCEEDED)
  }
  n = 0
}

inline leave(i) {
  now_.waiting[i] = 0;
  now_.leases[i] = 0;
  if
  :: now_.state[i] == RUNNING -> held(now_.worker[i], i) = 0
  :: else -> skip
  fi
}

inline make_wait(i) {
  now_.state[i] = WAITING;
  now_.waiting[i] = 1;
  now_.claim[i] = 0;
  now_.worker[i] = 0;
  now_.listed[i] = 1
}

inline enqueue(i, e) {
  d_step {
    if
#ifndef WITHOUT_EPOCH_CHECK
    :: now_.state[i] != ABSENT && now_.epoch[i] >= e -> skip /* exists */
#endif
    :: else ->
      leave(i);
      now_.epoch[i] = e;
      now_.current[i] = 0; /* a new dispatch fences whoever is at work */
      make_wait(i)
    fi;
    check()
  }
}

/* A lease that ended, or a worker that fell silent, takes an item from whoever runs it. */
inline lose(i) {
  leave(i);
  now_.current[i] = 0;
  make_wait(i)
}

inline drain(w) {
  for (n : 0 .. ITEMS - 1) {
    if
    :: held(w, n) ->
      held(w, n) = 0;
      if
      :: now_.state[n] == WAITING -> now_.listed[n] = 1
      :: now_.state[n] == RUNNING && now_.worker[n] == w -> lose(n)
      :: else -> skip
      fi
    :: else -> skip
    fi
  }
}

/* Granted or not, mine becomes the claim that this worker has, or 0. */
inline ask(i, w, mine) {
  d_step {
    if
#ifdef WITHOUT_STATE_CHECK
    :: now_.state[i] != ABSENT && !(now_.state[i] == RUNNING && now_.claim[i] == mine) ->
#else
    :: now_.state[i] == WAITING ->
#endif
      if
      :: mine == 0 -> claims[i]++; mine = claims[i]
      :: else -> skip
      fi;
      leave(i);
      assert(now_.current[i] == 0); /* I3: at most one current claim */
      now_.current[i] = mine;
      now_.state[i] = RUNNING;
      now_.claim[i] = mine;
      now_.worker[i] = w;
      now_.leases[i] = 1;
      held(w, i) = 1
    :: else ->
      if
      :: now_.state[i] == RUNNING && now_.claim[i] == mine -> skip /* the same answer again */
      :: else ->
        mine = 0;
        held(w, i) = (now_.state[i] == RUNNING && now_.worker[i] == w)
      fi
    fi;
    doing[w] = mine;
    on[w] = (mine -> i : 0);
    check()
  }
}

inline complete(i, w, mine) {
  d_step {
    if
#ifdef WITHOUT_CLAIM_CHECK
    :: now_.state[i] == RUNNING ->
#else
    :: now_.state[i] == RUNNING && now_.claim[i] == mine ->
#endif
      assert(now_.current[i] == mine); /* I3: another claim's write changes nothing */
      now_.current[i] = 0;
      assert(now_.events < EVENTS);
      now_.of_item[now_.events] = i;
      now_.of_epoch[now_.events] = now_.epoch[i];
      now_.of_claim[now_.events] = now_.claim[i];
      now_.manifest[now_.events] = mine;
      now_.events++;
      leave(i);
      now_.state[i] = SUCCEEDED;
      now_.ended[i] = now_.epoch[i]
    :: else -> skip /* again, or stale */
    fi;
    check()
  }
}

inline trim(i, e, c) {
  d_step {
    if
    :: now_.events > 0 && now_.of_item[0] == i && now_.of_epoch[0] == e && now_.of_claim[0] == c ->
      for (n : 1 .. EVENTS - 1) {
        now_.of_item[n - 1] = now_.of_item[n];
        now_.of_epoch[n - 1] = now_.of_epoch[n];
        now_.of_claim[n - 1] = now_.of_claim[n];
        now_.manifest[n - 1] = now_.manifest[n]
      }
      n = EVENTS - 1;
      now_.of_item[n] = 0; now_.of_epoch[n] = 0; now_.of_claim[n] = 0; now_.manifest[n] = 0;
      now_.events--;
      looked[i] = 0
    :: else -> skip /* moved: it is read again */
    fi;
    n = 0
  }
}

/* ------------------------------------------------------------------------------- web and workers */

/* Web has committed both items. It pushes the first, however late; before the second it ended. */
proctype Web() {
  byte n;
  enqueue(0, 1)
}

#define end_process dead[w] = 1; doing[w] = 0; on[w] = 0; mine = 0

inline attempt(i) {
  ask(i, w, mine);
  do
  :: mine == 0 -> break
  :: mine != 0 -> /* its output is written now, below its own claim; then it says so */
    complete(i, w, mine);
    if
    :: d_step { doing[w] = 0; on[w] = 0; mine = 0 }
    :: d_step { fault -> faults-- }                               /* the reply is lost: the same again */
    :: d_step { fault -> faults--; end_process }
    fi
  :: d_step { mine != 0 && fault -> faults-- } ask(i, w, mine)    /* the reply of the claim was lost */
  :: d_step { mine != 0 && fault -> faults--; end_process }
  od
}

/* A worker lists its own processing. What it runs by a claim that it does not know stays there until
   the lease is over; asking for that again and again changes nothing, and is left out. */
#define unknown(w, i) (held(w, i) && !(now_.state[i] == RUNNING && now_.worker[i] == w))

inline fetch(i) {
  d_step {
    !dead[w] && (now_.listed[i] || unknown(w, i)) ->
    if
    :: unknown(w, i) -> skip
    :: else -> now_.listed[i] = 0; held(w, i) = 1
    fi
  }
  if
  :: attempt(i)
  :: d_step { fault -> faults-- }                                 /* the reply of the fetch is lost */
  :: d_step { fault -> faults--; end_process }
  fi
}

proctype Worker(byte w) {
  byte mine, n;
end:
  do
  :: fetch(0)
  :: fetch(1)
  od
}

/* reap and audit, which any worker may run. */
proctype House() {
  byte n;
end:
  do
  :: d_step { dead[0] -> drain(0); dead[0] = 0; check() }
  :: d_step { dead[1] -> drain(1); dead[1] = 0; check() }
  :: d_step { orphan(0) -> lose(0); check() }
  :: d_step { orphan(1) -> lose(1); check() }
  :: d_step { nowhere(0) -> now_.listed[0] = 1 }
  :: d_step { nowhere(1) -> now_.listed[1] = 1 }
  /* Wrong guesses: a worker was stopped for longer than its lease, or not heard of. */
  :: d_step { fault && now_.state[0] == RUNNING && !orphan(0) -> faults--; lose(0); check() }
  :: d_step { fault && now_.state[1] == RUNNING && !orphan(1) -> faults--; lose(1); check() }
  :: d_step { fault && !dead[0] && (held(0, 0) || held(0, 1)) -> faults--; drain(0); check() }
  :: d_step { fault && !dead[1] && (held(1, 0) || held(1, 1)) -> faults--; drain(1); check() }
  od
}

/* ------------------------------------------------------------------------------------- reconciler */

inline relay(i) {
  d_step { outbox[i] -> e = sql_epoch[i] }
  enqueue(i, e);
  if
  :: d_step { outbox[i] = outbox[i] && sql_epoch[i] != e; e = 0 }
  :: d_step { fault -> faults--; e = 0 }                          /* the answer is lost, or the process ends */
  fi
}

proctype Relay() {
  byte e, n;
end:
  do
  :: relay(0)
  :: relay(1)
  od
}

inline oldest() {
  i = now_.of_item[0]; e = now_.of_epoch[0]; c = now_.of_claim[0]; m = now_.manifest[0]
}

/* I1 and I9: the first end of the current epoch applies, once, with the output of that claim. */
inline commit() {
  if
#ifdef WITHOUT_ROW_CHECK
  :: e == sql_epoch[i] ->
#else
  :: e == sql_epoch[i] && !done[i] ->
#endif
    assert(m == c);
    ends[i]++;
    assert(ends[i] == 1);
    done[i] = 1;
    outbox[i] = 0
  :: else -> skip
  fi
}

inline forget() {
  i = 0; e = 0; c = 0; m = 0
}

proctype Recorder() {
  byte i, e, c, m, n;
end:
  do
#ifdef WITHOUT_COMMIT_BEFORE_TRIM
  :: d_step { now_.events > 0 -> oldest() }
    trim(i, e, c);
    if
    :: d_step { commit(); forget() }
    :: d_step { fault -> faults--; forget() }                     /* the process ends */
    fi
#else
  :: d_step { now_.events > 0 -> oldest(); commit() }
    if
    :: trim(i, e, c); forget()
    :: d_step { fault -> faults--; forget() }                     /* the process ends */
    fi
#endif
  od
}

/* Anti-entropy. Redis is read, then results; then SQL must still say the same. It looks at an item again
   when something changed: to find the same event on its way again and again is left out. */
#define differs(i) (now_.state[i] == ABSENT || now_.state[i] == SUCCEEDED || now_.epoch[i] != sql_epoch[i])

inline compare(i) {
  d_step {
    !done[i] && !outbox[i] && !looked[i] && differs(i) ->
    seen = sql_epoch[i];
    stored = (now_.state[i] == ABSENT -> 0 : now_.epoch[i])
  }
  d_step {
    for (n : 0 .. EVENTS - 1) {
      coming = coming || (n < now_.events && now_.of_item[n] == i && now_.of_epoch[n] == seen)
    }
    looked[i] = coming;
    n = 0
  }
  d_step {
    if
    :: !coming && !done[i] && !outbox[i] && sql_epoch[i] == seen ->
      sql_epoch[i] = (seen > stored -> seen : stored) + 1;
      outbox[i] = 1
    :: else -> skip
    fi;
    seen = 0; stored = 0; coming = 0
  }
}

proctype Sweeper() {
  byte seen, stored, n;
  bit coming;
end:
  do
  :: compare(0)
  :: compare(1)
  od
}

/* Redis without its name, or with another one, has lost what SQL believes in. SQL changes first. */
proctype Watcher() {
  byte here, n;
end:
  do
  :: d_step {
      now_.generation != sql_generation ->
      here = now_.generation;
      sql_generation++;
      for (n : 0 .. ITEMS - 1) {
        if
        :: !done[n] -> sql_epoch[n]++; outbox[n] = 1
        :: else -> skip
        fi
      }
      n = 0
    }
    d_step {
      if
      :: now_.generation == 0 || now_.generation == here -> now_.generation = sql_generation
      :: else -> skip
      fi;
      here = 0
    }
  od
}

/* ------------------------------------------------------------------------------------------- disk */

inline copy(from, to) {
  for (n : 0 .. ITEMS - 1) {
    to.state[n] = from.state[n];
    to.epoch[n] = from.epoch[n];
    to.claim[n] = from.claim[n];
    to.worker[n] = from.worker[n];
    to.waiting[n] = from.waiting[n];
    to.leases[n] = from.leases[n];
    to.listed[n] = from.listed[n];
    to.current[n] = from.current[n];
    to.ended[n] = from.ended[n]
  }
  for (n : 0 .. EVENTS - 1) { /* processing has as many elements */
    to.processing[n] = from.processing[n];
    to.of_item[n] = from.of_item[n];
    to.of_epoch[n] = from.of_epoch[n];
    to.of_claim[n] = from.of_claim[n];
    to.manifest[n] = from.manifest[n]
  }
  to.events = from.events;
  to.generation = from.generation;
  n = 0
}

/* A snapshot at some moment, or none: then what comes back is an empty server. */
proctype Disk() {
  byte n;
  if
  :: d_step { rollbacks > 0 -> copy(now_, then_) }
  :: skip
  fi;
  do
  :: d_step { rollbacks > 0 -> rollbacks--; copy(then_, now_); looked[0] = 0; looked[1] = 0 }
  :: d_step { rollbacks == 0 -> copy(blank, then_) } -> break
  od
}

init {
  d_step {
    now_.generation = 1;
    sql_epoch[0] = 1; outbox[0] = 1;
#ifdef ONE_ITEM
    done[1] = 1
#else
    sql_epoch[1] = 1; outbox[1] = 1
#endif
  }
  atomic {
    run Worker(0);
#ifndef ONE_WORKER
    run Worker(1);
#endif
    run House();
    run Relay();
    run Recorder();
#ifndef WITHOUT_ANTI_ENTROPY
    run Sweeper();
    run Watcher();
#endif
#if ROLLBACKS > 0
    run Disk();
#endif
    run Web()
  }
}

/* What was accepted ends. */
ltl accepted_ends { <> (done[0] && done[1]) }
