"""Pocketbooks as published: releases, the catalogue and the question bank."""
