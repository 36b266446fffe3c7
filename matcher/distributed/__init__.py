"""The same sums, slates and reports on a Dask cluster: partitions in; one model, report or folder of files out."""
