"""The same sums and slates on a Dask cluster: partitions in, one model or a folder of Parquet files out."""
