package queue

import (
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Kinds of groups of servers that one URL names.
const (
	cluster  = "cluster"
	sentinel = "sentinel"
)

// group is a Redis behind several addresses: redis+cluster://ADDRESSES, or
// redis+sentinel://ADDRESSES/MASTER/NUMBER for the master that Sentinels watch. ADDRESSES is
// USER:PASSWORD@HOST:PORT,HOST:PORT, and the account is that of Redis. Python reads the same.
type group struct {
	kind      string
	addresses []string
	master    string
	options   *redis.Options // of each connection
}

// parseGroup returns nil for a URL of a single server. Its errors are ends of a sentence.
func parseGroup(url string) (*group, error) {
	scheme, rest, _ := strings.Cut(url, "://")
	base, kind, several := strings.Cut(scheme, "+")
	if !several {
		return nil, nil
	}
	if base != "redis" && base != "rediss" || kind != cluster && kind != sentinel {
		return nil, errors.New("must begin with redis+cluster:// or redis+sentinel://")
	}
	rest, query, _ := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	at := strings.LastIndexByte(authority, '@') + 1
	g := &group{kind: kind, addresses: strings.Split(authority[at:], ",")}
	number := path
	if kind == sentinel {
		if g.master, number, _ = strings.Cut(path, "/"); g.master == "" {
			return nil, errors.New("must name the master, as in redis+sentinel://HOST:PORT/MASTER/0")
		}
	} else if strings.Trim(number, "0") != "" {
		return nil, errors.New("must name no database: a cluster has one")
	}
	for _, address := range g.addresses {
		host, port, ok := cutLast(address, ":")
		if !ok || host == "" || port == "" || strings.Trim(port, "0123456789") != "" {
			return nil, errors.New("must name HOST:PORT for each server, with commas between")
		}
	}
	one := base + "://" + authority[:at] + g.addresses[0] + "/" + number
	if query != "" {
		one += "?" + query
	}
	options, err := parse(one)
	if err != nil {
		return nil, err
	}
	g.options = options
	return g, nil
}

func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}

// CheckURL reports, as the end of a sentence, what is wrong with a URL of one server or several.
func CheckURL(url string) error {
	if strings.HasPrefix(url, "redis+") || strings.HasPrefix(url, "rediss+") {
		_, err := parseGroup(url)
		return err
	}
	for _, scheme := range []string{"redis://", "rediss://", "unix://"} {
		if strings.HasPrefix(url, scheme) {
			return nil
		}
	}
	return errors.New("must be redis://HOST:PORT/NUMBER, rediss://… or unix://PATH, redis+sentinel://… or redis+cluster://…")
}

// IsCluster reports whether a URL names a Cluster, whose keys need a prefix in braces.
func IsCluster(url string) bool {
	g, err := parseGroup(url)
	return err == nil && g != nil && g.kind == cluster
}

// connect returns a client of the group. It follows a MOVED and a new master by itself, and sends no
// command twice: a redirected one was not run.
func (g *group) connect() (redis.UniversalClient, error) {
	o := g.options
	switch g.kind {
	case cluster:
		return redis.NewClusterClient(&redis.ClusterOptions{
			Addrs: g.addresses, Username: o.Username, Password: o.Password, TLSConfig: o.TLSConfig,
			MaxRedirects: noRetries, MaxRetries: noRetries, ContextTimeoutEnabled: true,
			DialTimeout: o.DialTimeout, DialerRetries: o.DialerRetries, ReadTimeout: o.ReadTimeout, Protocol: o.Protocol,
			MaintNotificationsConfig: o.MaintNotificationsConfig, DisableRoutingPolicies: true,
		}), nil
	case sentinel:
		return redis.NewFailoverClient(&redis.FailoverOptions{
			MasterName: g.master, SentinelAddrs: g.addresses, DB: o.DB,
			Username: o.Username, Password: o.Password, TLSConfig: o.TLSConfig,
			MaxRetries: noRetries, ContextTimeoutEnabled: true,
			DialTimeout: o.DialTimeout, DialerRetries: o.DialerRetries, ReadTimeout: o.ReadTimeout, Protocol: o.Protocol,
		}), nil
	}
	return nil, fmt.Errorf("queue: no such kind of servers: %s", g.kind)
}
