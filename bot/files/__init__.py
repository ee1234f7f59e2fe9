"""Files of leads that people bring and take away: blocking, part by part. Neither database nor terminal."""
