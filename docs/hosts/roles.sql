-- The first step of README.md, as `postgres` on db1. Mind the passwords.
CREATE ROLE sakuham LOGIN PASSWORD 'change-me';
CREATE ROLE replication LOGIN REPLICATION PASSWORD 'change-me';
CREATE DATABASE sakuham OWNER sakuham ENCODING 'UTF8';
