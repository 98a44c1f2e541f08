package queue

// The words of the contract. The same spelling stands in Lua, Python, SQL and JSON; the vectors
// prove it.

// Kinds of item.
const (
	KindFile      = "file"
	KindPlan      = "plan"
	KindTransform = "transform"
	KindFinish    = "finish"
	KindLink      = "link"
)

// Priorities, and the scope of Pause that means all of them.
const (
	High   = "high"
	Normal = "normal"
	Low    = "low"
	All    = "*"
)

// Answer is what a script says about one item.
type Answer string

// Answers of the scripts; each method names those it can give.
const (
	OK        Answer = "ok"
	Exists    Answer = "exists"    // enqueue: this epoch or a later one is here
	Alone     Answer = "alone"     // claim: a suspect, to be claimed when nothing else runs
	Paused    Answer = "paused"    // claim: back in its queue
	Dup       Answer = "dup"       // claim: somebody else's, or ended
	Unknown   Answer = "unknown"   // claim: Redis has no such item; drain: no such worker
	Cancelled Answer = "cancelled" // ended by a cancel
	Cancel    Answer = "cancel"    // renew: a cancel is wanted
	Lost      Answer = "lost"      // renew: the claim is not the current one
	Drain     Answer = "drain"     // a heartbeat: take nothing more
	Greet     Answer = "hello"     // a heartbeat: Redis does not know the worker
	Again     Answer = "again"     // complete: this claim did it already
	Stale     Answer = "stale"     // the claim is not the current one; nothing was written
	Retry     Answer = "retry"     // fail: there will be another attempt
	Dead      Answer = "dead"      // a budget is spent, or the failure was permanent
	Requested Answer = "requested" // cancel: it runs, and its worker will be told
	Ended     Answer = "ended"     // cancel: it had ended
)
