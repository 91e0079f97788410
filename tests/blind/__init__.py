"""The blind trial: how often somebody who has not read a pocketbook passes its final quiz."""
