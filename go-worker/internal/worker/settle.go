package worker

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"harmonizer/go-worker/internal/store"
	"harmonizer/queue"
	"harmonizer/queue/faults"
)

// storePatience bounds the growing delay of items whose store is away.
var storePatience = queue.Backoff{BaseMS: 2_000, CapMS: 300_000}

// An ending is how an attempt is to end: a call of one script of the queue, how it is named when Redis
// agrees, and the reason code. Without a call there is nothing to tell: the claim is somebody else's.
type ending struct {
	call   func(ctx context.Context) (queue.Answer, error)
	result string
	reason string
}

// settle tells Redis what came of an attempt, as often as it takes.
func (w *Worker) settle(a *attempt, result Result, err error) {
	end := w.decide(a, result, err)
	took := w.now() - a.began
	w.Metrics.Run.WithLabelValues(a.kind).Observe(took.Seconds())
	about := []any{"duration_s", took.Seconds()}
	if end.reason != "" {
		about = append(about, "reason", end.reason)
	}
	if err != nil {
		about = append(about, "error", describe(err))
	}
	if end.call != nil {
		faults.At(faults.Handled, "")
		answer, err := w.insist(end.call)
		if err != nil {
			a.log.Error("attempt not settled, redis does not answer", append(about, "result", end.result)...)
			return
		}
		faults.At(faults.Settled, "")
		end.result = resultOf(answer, end.result)
	}
	w.count(a, end.result, result)
	level := slog.LevelWarn
	if end.result == "succeeded" || end.result == "released" || end.result == "cancelled" {
		level = slog.LevelInfo
	}
	a.log.Log(context.Background(), level, "attempt ended", append(about, "result", end.result)...)
}

// decide says how an attempt ends, from what its handler returned and from why it was stopped, if it
// was. A handler that has finished wins over a wish to stop it.
func (w *Worker) decide(a *attempt, result Result, err error) ending {
	if err == nil {
		var text string
		if text, err = result.encode(); err == nil {
			return w.succeeded(a, text)
		}
	}
	cause := context.Cause(a.ctx)
	var put *deferral
	switch {
	case errors.Is(cause, errLost):
		return ending{result: "lost"}
	case errors.As(err, &put):
		return w.deferred(a, put.reason, put.delay)
	case errors.Is(cause, errCancelled):
		return ending{func(ctx context.Context) (queue.Answer, error) { return w.Queue.Cancelled(ctx, a.ticket) }, "cancelled", ""}
	case errors.Is(cause, errStopping):
		return ending{func(ctx context.Context) (queue.Answer, error) { return w.Queue.Release(ctx, a.ticket) }, "released", ""}
	case errors.Is(cause, errStalled):
		return w.failed(a, reasonStalled, false)
	case errors.Is(cause, context.DeadlineExceeded):
		return w.failed(a, reasonTimeout, false)
	case store.Away(err):
		return w.deferred(a, reasonStoreUnreachable, time.Second+storePatience.Delay(a.claimed.Delivery, rand.Float64()))
	}
	failure := &Failure{Reason: reasonHandlerError}
	errors.As(err, &failure)
	return w.failed(a, failure.Reason, failure.Permanent)
}

func (w *Worker) succeeded(a *attempt, result string) ending {
	return ending{func(ctx context.Context) (queue.Answer, error) {
		return w.complete(ctx, a, result)
	}, "succeeded", ""}
}

func (w *Worker) failed(a *attempt, reason string, permanent bool) ending {
	delay := queue.Permanent
	if !permanent {
		delay = a.claimed.Message.Backoff.Delay(a.claimed.Failures+1, rand.Float64())
	}
	return ending{func(ctx context.Context) (queue.Answer, error) {
		return w.Queue.Fail(ctx, a.ticket, reason, delay)
	}, "retry", reason}
}

func (w *Worker) deferred(a *attempt, reason string, delay time.Duration) ending {
	return ending{func(ctx context.Context) (queue.Answer, error) {
		return w.Queue.Defer(ctx, a.ticket, delay, reason)
	}, "deferred", reason}
}

// insist repeats a call until Redis answers. Each may be repeated: a claim settles once. The error
// is that of the last call before the worker had to give up.
func (w *Worker) insist(call func(context.Context) (queue.Answer, error)) (queue.Answer, error) {
	var trouble backoff
	for {
		bounded, cancel := context.WithTimeout(w.unsettled, callTime)
		answer, err := call(bounded)
		cancel()
		if err == nil {
			return answer, nil
		}
		if trouble.fresh() {
			w.log.Warn("attempt not settled yet", "error", describe(err))
		}
		if !trouble.wait(w.unsettled) {
			return "", err
		}
	}
}

// resultOf names how an attempt ended: as it was meant to when Redis agreed, else as Redis says.
func resultOf(answer queue.Answer, meant string) string {
	switch answer {
	case queue.OK, queue.Again, queue.Retry:
		return meant
	default: // stale, lost; dead and cancelled, when a budget was spent or a cancel was wanted
		return string(answer)
	}
}

func (w *Worker) count(a *attempt, ended string, result Result) {
	kind, m := a.kind, w.Metrics
	m.Attempts.WithLabelValues(kind, ended).Inc()
	switch ended {
	case "stale":
		m.StaleWrites.Inc()
	case "succeeded":
		m.Rows.WithLabelValues("clean").Add(float64(result.Counts["rows_out"]))
		m.Rows.WithLabelValues("quarantined").Add(float64(result.Counts["quarantined"]))
		m.Rows.WithLabelValues("duplicate").Add(float64(result.Counts["duplicates_removed"]))
		m.Rows.WithLabelValues("dropped").Add(float64(result.Counts["dropped_blank"] +
			result.Counts["dropped_repeated_header"] + result.Counts["dropped_footer"]))
		m.Bytes.WithLabelValues("in").Add(float64(result.BytesIn))
		m.Bytes.WithLabelValues("out").Add(float64(result.BytesOut))
		fallthrough
	case "dead", "cancelled":
		m.Finished.WithLabelValues(kind, ended).Inc()
	}
}
